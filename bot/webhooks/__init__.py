"""What helpdesks tell us: read with limits, verified, kept; and what their webhooks lost, asked for."""
