from dataclasses import dataclass, field


@dataclass
class Basket:
    owner: str
    items: list[str] = field(default_factory=list)

    def add(self, item: str) -> None:
        self.items.append(item)
