const grpc = require("@grpc/grpc-js"), loader = require("@grpc/proto-loader"), { randomUUID } = require("crypto");
const protos = ["member", "points"].map((name) => `fairpoint/v1/${name}_service.proto`);
const { MemberService, PointsService } = grpc.loadPackageDefinition(loader.loadSync(protos, { includeDirs: ["../../proto"], keepCase: true, longs: Number, defaults: true })).fairpoint.v1;
const [members, points] = [MemberService, PointsService].map((Service) => new Service(process.env.FAIRPOINT_TARGET ?? "127.0.0.1:7654", grpc.credentials.createInsecure()));
const key = grpc.Metadata.fromHttp2Headers({ authorization: `Bearer ${process.env.FAIRPOINT_KEY}` });
const call = (client, method, request) => new Promise((done, failed) => client[method]({ program_id: "sample", ...request }, key, (error, answer) => (error ? failed(error) : done(answer))));
(async () => {
  const { member_id } = await call(members, "EnrollMember", { request_id: randomUUID(), identities: [{ kind: "card", value: randomUUID() }] });
  await call(points, "EarnPoints", { request_id: randomUUID(), member: { member_id }, spend: { currency: "CNY", minor_units: 12800 } });
  console.log(await call(points, "GetBalance", { member: { member_id } }));
})().catch((error) => { console.error(error.details ?? error); process.exitCode = 1; });
