type State = "open" | "closed" | "locked";

const moves: Record<State, State[]> = {
  open: ["closed"],
  closed: ["open", "locked"],
  locked: ["closed"],
};

export const canMove = (from: State, to: State) => moves[from].includes(to);
