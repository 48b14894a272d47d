setInterval("tick(" + Date.now() + ")", 1000); // caught
