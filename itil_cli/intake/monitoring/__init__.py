"""Webhooks of monitoring and code hosts become alerts, and alerts commands."""
