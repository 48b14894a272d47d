export default {
  hooks: {
    async onDashboardLoad() {
      return { text: await Deno.readTextFile("/etc/hostname") }; // caught
    },
  },
};
