"""The functions that a query may call; no other one is there for it.

Both walls have their list: the parser by the names of its syntax tree, the database by its own.
None reaches a file, an extension or the schema; those whose time grows with the product of two
arguments are bounded by the longest value.
"""

#: As SQLite calls them.
SQL_FUNCTIONS = frozenset(
    {
        *("abs", "coalesce", "iif", "ifnull", "nullif", "round", "sign", "typeof", "random"),
        *("avg", "count", "group_concat", "max", "min", "sum", "total"),
        *("char", "hex", "instr", "length", "lower", "ltrim", "quote", "replace", "rtrim"),
        *("substr", "substring", "trim", "unicode", "upper", "like", "glob"),
        *("current_date", "current_time", "current_timestamp"),
        *("date", "datetime", "julianday", "strftime", "time", "unixepoch"),
        *("cume_dist", "dense_rank", "first_value", "lag", "last_value", "lead", "nth_value"),
        *("ntile", "percent_rank", "rank", "row_number"),
        *("json_array_length", "json_extract", "json_group_array", "json_type", "json_valid"),
        *("->", "->>"),
    }
)

#: As the parser calls those that it knows.
TREE_FUNCTIONS = frozenset(
    {
        *("Abs", "Coalesce", "If", "Nullif", "Round", "Sign", "Typeof", "Rand", "Greatest"),
        *("Least", "Avg", "Count", "GroupConcat", "Max", "Min", "Sum", "Chr", "Hex"),
        *("StrPosition", "Length", "Lower", "Replace", "Substring", "Trim", "Unicode", "Upper"),
        *("CurrentDate", "CurrentTime", "CurrentTimestamp", "Date", "TimeToStr"),
        *("TsOrDsToTimestamp", "CumeDist", "DenseRank", "FirstValue", "Lag", "LastValue", "Lead"),
        *("NthValue", "Ntile", "PercentRank", "Rank", "RowNumber", "JSONArrayLength"),
        *("JSONExtract", "JSONExtractScalar", "JSONArrayAgg", "JSONType", "Cast", "Case"),
        *("And", "Or", "Exists"),
    }
)

#: Syntax that is no function.
TREE_NODES = frozenset(
    {
        *("Select", "Subquery", "CTE", "With", "Union", "Intersect", "Except", "Values", "Tuple"),
        *("From", "Join", "Table", "TableAlias", "Where", "Group", "Having", "Order", "Ordered"),
        *("Limit", "Offset", "Distinct", "Alias", "Column", "Identifier", "Star", "Literal"),
        *("HexString", "Null", "Boolean", "Paren", "Not", "Neg", "BitwiseNot", "BitwiseAnd"),
        *("BitwiseOr", "BitwiseLeftShift", "BitwiseRightShift", "Add", "Sub", "Mul", "Div"),
        *("Mod", "DPipe", "EQ", "NEQ", "GT", "GTE", "LT", "LTE", "Is", "In", "Between", "Like"),
        *("Glob", "Escape", "Collate", "Var", "NullSafeEQ", "NullSafeNEQ", "DataType"),
        *("Window", "WindowSpec", "Filter", "JSONPath", "JSONPathRoot", "JSONPathKey"),
        *("JSONPathSubscript", "Anonymous"),
    }
)
COLLATIONS = frozenset({"nocase", "binary", "rtrim"})
TYPES = frozenset(
    {"text", "integer", "int", "bigint", "real", "double", "float", "numeric", "decimal"}
)
