"""Major incidents as their events tell them: milestones, the war room, follow-up actions (M1 to M11)."""
