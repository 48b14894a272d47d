export default {
  id: "hello-world",
  version: "1.0.0",
  permissions: ["ui:render"],

  hooks: {
    onDashboardLoad: async (context: HookContext) => {
      return {
        customWidgets: [
          {
            id: "hello-widget",
            component: "HelloWorld",
            props: { message: "Hello from plugin!" },
          },
        ],
      };
    },
  },
};
