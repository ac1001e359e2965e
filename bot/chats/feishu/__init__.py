"""Feishu and Lark: draw cards, send them, and hear what people say and press. Only `child` may import lark_oapi."""
