"""What is raised when a feed's content is not what its form says: where, what, and the remedy."""


class BadFeed(ValueError):
    """A feed that cannot be used: its source, the position inside it, the problem, the remedy."""

    def __init__(self, source: str, position: str, problem: str, remedy: str) -> None:
        super().__init__(source, position, problem, remedy)
        self.source = source
        self.position = position
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        where = f"{self.source}, {self.position}" if self.position else self.source
        return f"{where}: {self.problem}. {self.remedy}"
