export default { id: "syntax-error", hooks: {
