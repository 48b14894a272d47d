export default {
  id: "greeting-script",
  version: "1.0.0",
  permissions: ["ui:render"],
  hooks: {
    onDashboardLoad: () => ({
      customWidgets: [{ id: "hi", component: "Text", props: { text: "Good day" } }],
    }),
  },
};
