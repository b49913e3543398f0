"""A command that is also a family: `itil sla 7kq`, `itil sla --breached`, and `itil sla what-if …`."""

from __future__ import annotations

from collections.abc import Iterator

import click

_HELP = ("-h", "--help")


class DefaultGroup(click.Group):
    """A group that takes words which name no command of it for those of its first command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the first command's name in front where none is named."""
        named = next(iter(self._words(args)), None)
        if named not in self.commands and not (args and args[0] in _HELP):
            args = [next(iter(self.commands)), *args]
        return super().parse_args(ctx, args)

    def _words(self, args: list[str]) -> Iterator[str]:
        """The words that are neither options nor the values of this group's options."""
        valued = {name for one in self.params if not getattr(one, "is_flag", False) for name in one.opts}
        skip = False
        for word in args:
            if not (skip or word.startswith("-")):
                yield word
            skip = word in valued
