import { BlockList, isIP } from "node:net";

/** Networks that nobody outside has business with: RFC 6890 and its successors (IANA's special-purpose registries), and multicast. */
const notPublic = {
  ipv4: [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
  ],
  ipv6: [
    "::/127",
    "::ffff:0:0/96", // Written as IPv6, an IPv4 address; nobody who means well does that.
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
  ],
} as const;

const blocked = { ipv4: blockList("ipv4"), ipv6: blockList("ipv6") };

function blockList(family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const network of notPublic[family]) {
    const [address = "", bits] = network.split("/");
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** True for an IP address that is somewhere on the Internet, and not in our own network, on this machine, or reserved. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !blocked.ipv4.check(address, "ipv4");
  return version === 6 && !address.includes("%") && !blocked.ipv6.check(address, "ipv6");
}
