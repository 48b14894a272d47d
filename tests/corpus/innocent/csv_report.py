import csv
import io


def on_request(request, plugin):
    rows = plugin.api.tables.find("times")
    out = io.StringIO()
    writer = csv.DictWriter(out, ["who", "hours"])
    writer.writeheader()
    writer.writerows(rows)
    return {"body": out.getvalue()}
