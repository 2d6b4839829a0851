import { hashOf } from "../hash.ts";

/**
 * Who should own which of the partitions: rendezvous hashing with bounded loads. Every partition goes to the member whose hash with it
 * is highest, among those that have room: no two members differ by more than one. Everyone who knows the same members comes to the same
 * answer, and when a member comes or goes, little else moves. Sources: Thaler and Ravishankar, "Using name-based mappings to increase
 * hit rates" (1998); Mirrokni, Thorup and Zadimoghaddam, "Consistent hashing with bounded loads" (2016).
 */
export function assignment(partitions: readonly number[], members: readonly string[]): Map<number, string> {
  const owners = new Map<number, string>(), loads = new Map(members.map((member) => [member, 0]));
  if (members.length === 0) return owners;
  const share = Math.floor(partitions.length / members.length);
  for (const room of [share, share + 1]) {
    for (const partition of partitions) {
      if (owners.has(partition)) continue;
      const [first] = members.filter((member) => loads.get(member)! < room)
        .map((member) => ({ member, score: scoreOf(member, partition) }))
        .sort((a, b) => a.score < b.score ? 1 : -1);
      if (first === undefined) break;
      owners.set(partition, first.member);
      loads.set(first.member, loads.get(first.member)! + 1);
    }
  }
  return owners;
}

/**
 * The same, but what its owner declines is another's who does not: whoever has least. The owner gets nothing instead, lest it tries one
 * partition after the other.
 */
export function assignmentWithout(
  partitions: readonly number[],
  members: readonly string[],
  declines: (member: string, partition: number) => boolean,
): Map<number, string> {
  const owners = assignment(partitions, members), loads = new Map(members.map((member) => [member, 0]));
  const declined = [...owners].filter(([partition, owner]) => declines(owner, partition));
  for (const [partition] of declined) owners.delete(partition);
  for (const owner of owners.values()) loads.set(owner, loads.get(owner)! + 1);
  for (const [partition] of declined) {
    const [first] = members.filter((member) => !declines(member, partition))
      .map((member) => ({ member, load: loads.get(member)!, score: scoreOf(member, partition) }))
      .sort((a, b) => a.load - b.load || (a.score < b.score ? 1 : -1));
    if (first === undefined) continue;
    owners.set(partition, first.member);
    loads.set(first.member, first.load + 1);
  }
  return owners;
}

const scoreOf = (member: string, partition: number) =>
  hashOf(new TextEncoder().encode(`${partition} ${member}`));
