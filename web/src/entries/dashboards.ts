import "../panels/dashboards/dashboards.ts";
