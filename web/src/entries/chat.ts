import "../panels/chat/chat.ts";
