"""Families of commands: `itil problem list`; and a command that is also one: `itil sla 7kq`, `itil sla what-if …`."""

from __future__ import annotations

from collections.abc import Iterator

import click

from itil_cli.cli.typing.usage import unknown_step
from itil_cli.errors import NotFound, did_you_mean

_WHOLE = 200  # characters of a first sentence
_HELP = ("-h", "--help")


class Family(click.Group):
    """A group that says in one line which commands it has, and whole sentences of each in its help."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Like click's, but nothing is no reason to print a page."""
        if not args and self.no_args_is_help and not ctx.resilient_parsing:
            raise unknown_step(ctx)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Like click's, but an unknown command gets a suggestion."""
        if args and args[0] not in self.commands and args[0][:1] != "-" and not ctx.resilient_parsing:
            raise unknown_step(ctx, args[0])
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first sentence of each, uncut."""
        rows = [(name, one.get_short_help_str(_WHOLE)) for name, one in sorted(self.commands.items()) if not one.hidden]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


class DefaultGroup(Family):
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
