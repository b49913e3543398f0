"""A command that is also a family: `itil sla 7kq`, `itil sla --breached`, and `itil sla what-if …`."""

from __future__ import annotations

from collections.abc import Iterator

import click

from itil_cli.errors import NotFound, did_you_mean

_HELP = ("-h", "--help")


class DefaultGroup(click.Group):
    """A group that takes words which name no command of it for those of its first command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the first command's name in front where none is named."""
        words = list(self._words(args))
        if (words[:1] and words[0] in self.commands) or (args and args[0] in _HELP):
            return super().parse_args(ctx, args)
        self._refuse_misspelt(ctx, words)
        return super().parse_args(ctx, [next(iter(self.commands)), *args])

    def _refuse_misspelt(self, ctx: click.Context, words: list[str]) -> None:
        """`itil major acept 7kq`: what nearly names a command and has words behind it is none for the first one."""
        hint = did_you_mean(words[0], self.commands) if len(words) > 1 else ""
        if hint:
            raise NotFound(f"There is no `{ctx.command_path} {words[0]}`.", remedy=hint)

    def _words(self, args: list[str]) -> Iterator[str]:
        """The words that are neither options nor the values of this group's options."""
        valued = {name for one in self.params if not getattr(one, "is_flag", False) for name in one.opts}
        skip = False
        for word in args:
            if not (skip or word.startswith("-")):
                yield word
            skip = word in valued
