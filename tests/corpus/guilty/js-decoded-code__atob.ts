const packed = "cmV0dXJuIDE7";
export const run = () => eval(atob(packed)); // caught
