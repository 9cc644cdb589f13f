"""What a person must do: raised by decisions, joined with what the record knows of, exported for other systems."""

from engine.insight.tasks.raising import merged, recorded_tasks, task_of

__all__ = ["merged", "recorded_tasks", "task_of"]
