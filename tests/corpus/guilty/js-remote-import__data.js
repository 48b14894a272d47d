const part = await import("data:text/javascript,export default 1"); // caught
export default part;
