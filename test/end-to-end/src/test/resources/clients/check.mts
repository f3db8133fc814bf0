// node check.mts CLIENT FLAKY-SERVER DEAD-SERVER USER: what ClientsTest expects of every client.
const [client, flaky, dead, user] = process.argv.slice(2);
const { Imasugu, Refused } = await import(client);
const imasugu = new Imasugu(flaky, { fallback: ['bestseller'] });
const token = await imasugu.send({ user, item: 'dress', type: 'view' });
const list = await imasugu.recommend({
  placement: 'recently-viewed', user, minAsOf: token, waitMs: 2000, fields: ['title'] });
const refused = await imasugu.send({ user, item: 'dress', type: 'vieww' })
  .catch((e: unknown) => e instanceof Refused ? String(e) : 'not refused');
const unknown = await imasugu.recommend({ placement: 'hom', user })
  .catch((e: unknown) => e instanceof Refused ? String(e) : 'not refused');
const none = await new Imasugu(dead, { fallback: ['bestseller'] }).recommend({ placement: 'home', user });
console.log(JSON.stringify({
  item: list.items[0], fresh: list.fresh, refused, unknown, none: none.items[0].id, madeBy: none.madeBy }));
