export default {
  hooks: { onDashboardLoad( { return {} } ] ,
