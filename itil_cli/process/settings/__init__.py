"""What a store says of itself: itil.yaml, people.yaml and services.yaml as checked values."""
