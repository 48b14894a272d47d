"""Calculates what people type into a form."""

PLUGIN = {"id": "formula", "version": "1.0.0"}


def on_data_fetch(context):
    formula = context["query"]
    return {"data": eval(formula, {"x": 2})}  # caught
