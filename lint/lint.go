// Package lint checks an inventory of EC2 and EBS resources against the rules of a catalog. Inventory in, report out: it makes no
// calls, reads no configuration and prints nothing. Package collect fills inventories from a live account, [ReadSnapshot]
// from saved answers.
//
//	cat, err := patterns.Load(patterns.Builtin())
//	rules, err := lint.Compile(cat)
//	snap, err := lint.ReadSnapshot(os.DirFS("snapshots"), time.Now())
//	report, err := rules.Check(ctx, snap.Inventories[0], lint.Options{})
//
// # The manual of the rule language
//
// A rule says which resources it is about, which of them are in scope, and what they have to meet:
//
//	resource: volume
//	when: volume.VolumeType == "gp2" && volume.State == "in-use"
//	require: volume.Size >= params.min_size
//	message: ${volume.Size} GiB of gp2 sustains ${volume.sustainedIops()} IOPS
//
// when and require are expressions of CEL (https://cel.dev) that give true or false. A resource for which when is false is out of
// scope; where require is true it passes, where it is false it fails. Expressions are type-checked when the catalog loads, against
// the structs of the AWS SDK, so that a misspelt field does not load.
//
// Variables. The resource has the name of its kind: address, image, instance, launchTemplate, networkInterface, region, securityGroup,
// snapshot or volume. Its fields are those that "aws ec2 describe-…" prints: volume.VolumeType, instance.State.Name. Enums are
// strings, times are timestamps. A field that is absent reads as its zero value; has(volume.Throughput) tells. Every rule
// also has region (RegionName, AccountId), now (the time of the inventory) and params.NAME.
//
// Relations lead to other resources, or to facts that need another call of the API. Which calls a rule needs is read from the relations it
// uses, and stated nowhere else:
//
//	address         instances interfaces
//	image           instances snapshots
//	instance        addresses dataVolumes image interfaces securityGroups typeInfo volumes
//	launchTemplate  defaultVersion latestVersion
//	networkInterface  instances securityGroups
//	region          ebsDefaultKmsKeyId ebsEncryptionByDefault imageBlockPublicAccess instanceMetadataDefaults
//	                serialConsoleAccess snapshotBlockPublicAccess
//	securityGroup   instances interfaces
//	snapshot        images isPublic volumes
//	volume          instances isRoot snapshots
//
// Those in the plural give lists. A volume also knows its physics, computed from the numbers of limits.yaml: sustainedIops, burstIops and maxIops
// (whole numbers), sustainedThroughput, burstThroughput and maxThroughput (MiB/s), boughtIops and boughtThroughput (what was asked for beyond what the type
// includes), burstMinutes and refillHours. maxIops is the type's at the volume's size, maxThroughput at any size.
//
// Functions: tag(x, "Name") and hasTag(x, "Name"); marked(x, words), whether tag Role or Name holds one of the words; sum(list);
// round(x, digits); allowsPort(permission, "tcp", 22), isPublicCidr(range) and prefixLength(range) for security groups;
// unknown("reason") for what the data cannot decide. CEL's own macros (all, exists, exists_one, filter, map, has), its string, list,
// math and set extensions, cel.bind and optional values are there too.
//
// # Unknown
//
// What could not be read is unknown, and CEL's logic decides whether it matters: true || unknown is true, false && unknown is false, and
// everything else stays unknown. A relation over a call that was denied is unknown; so is one that follows an ID to something that
// the API did not list. Nothing unknown ever passes, and the report says why it is unknown.
//
// # Messages and fixes
//
// In a message and in a fix block, ${…} is an expression; $${ stands for the characters themselves. Messages print whole numbers plainly, times as
// dates and durations as 30d4h. In a fix every value is quoted for the shell.
//
// # What not to do
//
// Do not write a number of AWS's into a rule: it goes into limits.yaml, with its source. Do not loop over relations in a loop over
// relations in a third one: such a rule is too costly and does not compile. Do not add to an [Inventory] that has been
// checked. Do not print a report's strings without escaping them: they come from the account.
package lint
