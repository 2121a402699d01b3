/** Numbers that a person can write to, masked, by the sandbox's names for them: those that called or wrote, and the account's. */
const lines = new Map();
const followers = new Set();

export function knowLine(line, number) {
  if (lines.has(line)) return;
  lines.set(line, number);
  for (const follower of followers) follower(lines);
}

/** `follower` gets all lines now and whenever there is one more. Returns what ends that. */
export function followLines(follower) {
  followers.add(follower);
  follower(lines);
  return () => followers.delete(follower);
}
