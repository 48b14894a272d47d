export const greeting = "A corner of the plugin's own";
