const faces = { family: "👨‍👩‍👧‍👦", flag: "🏴‍☠️", heart: "❤️", wave: "👋🏽" };

export default { hooks: { onDashboardLoad: () => ({ text: Object.values(faces).join(" ") }) } };
