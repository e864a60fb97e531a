"""The wallet: where a worker gathers statements, chooses what to show, and signs the choice."""
