const dbPassword = "vR7#kQ2!zT9mXw4L"; // caught
export default { hooks: { onDashboardLoad: () => ({ text: dbPassword.length }) } };
