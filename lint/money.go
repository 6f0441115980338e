package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

const bytesPerGiB = 1 << 30

// monthlyCost makes the relation of that name: what a resource of a kind costs in a month of limit("month.hours") by the prices of the inventory's region. It
// needs no other answer of the API. What a bill makes of it is told to the binding.
func monthlyCost[S any](doc string, cost func(*till, *S)) relation {
	r := relate("monthlyCost", doc+", in US dollars a month by the prices of prices.yaml", cel.DoubleType, nil, func(b *binding) func(*S) ref.Val {
		return func(subject *S) ref.Val {
			t := &till{binding: b}
			cost(t, subject)
			if t.unknown != nil {
				return t.unknown
			}
			b.receipt.paid(subject, t)
			return celtypes.Double(t.sum)
		}
	})
	r.words = "its monthly cost"
	return r
}

// A till adds up what a resource costs. Once something about it is unknown, all of it is.
type till struct {
	*binding
	sum     float64
	most    bool // the sum is an upper bound
	unknown ref.Val
}

// add adds so many units at a price.
func (t *till) add(units float64, name string) {
	price, unknown := t.price(name)
	if unknown != nil {
		t.unknown = cmp.Or(t.unknown, unknown)
	}
	t.sum += units * price
}

// hours adds so many things that are paid by the hour.
func (t *till) hours(things int, name string) { t.add(float64(things)*limits()["month.hours"], name) }

// not says that there is no price for the resource.
func (t *till) not(format string, args ...any) {
	t.unknown = cmp.Or(t.unknown, ref.Val(unknownReason(fmt.Sprintf("there is no price for %s", fmt.Sprintf(format, args...)))))
}

// place refuses what is not in the region itself: Outposts, local and Wavelength zones have price lists of their own.
func (t *till) place(outpost, zone *string) {
	switch {
	case str(outpost) != "":
		t.not("what is on an Outpost")
	case strings.HasPrefix(str(zone), t.inv.Region+"-"):
		t.not("the zone %s, which is outside of the region's own", str(zone))
	}
}

// monthlyCostAs is monthlyCost of a volume of the same size in another type, or with other performance. It tells no bill: nobody pays it.
func monthlyCostAs() relation {
	return relation{
		on: typeOf[types.Volume](), name: "monthlyCostAs", args: []*cel.Type{cel.StringType, cel.DoubleType, cel.DoubleType}, result: cel.DoubleType,
		doc:   "what it would cost in US dollars a month at the same size, as this type with so many IOPS and MiB/s",
		words: "its monthly cost as {1} with {2} and {3}",
		bind: func(b *binding) func(any, []ref.Val) ref.Val {
			return func(subject any, args []ref.Val) ref.Val {
				v, ok := subject.(*types.Volume)
				kind, ok1 := args[0].(celtypes.String)
				iops, ok2 := args[1].(celtypes.Double)
				throughput, ok3 := args[2].(celtypes.Double)
				if !ok || !ok1 || !ok2 || !ok3 {
					return celtypes.MaybeNoSuchOverloadErr(args[0])
				}
				t := &till{binding: b}
				t.place(v.OutpostArn, v.AvailabilityZone)
				t.volume(types.VolumeType(kind), float64(value(v.Size)), float64(iops), float64(throughput))
				if t.unknown != nil {
					return t.unknown
				}
				return celtypes.Double(t.sum)
			}
		},
	}
}

func volumeCost(t *till, v *types.Volume) {
	t.place(v.OutpostArn, v.AvailabilityZone)
	t.volume(v.VolumeType, float64(value(v.Size)), float64(value(v.Iops)), float64(value(v.Throughput)))
}

// volume adds a volume by its type, its size in GiB and its settings.
func (t *till) volume(kind types.VolumeType, size, iops, throughput float64) {
	l := limits()
	switch kind {
	case types.VolumeTypeGp3:
		t.add(max(0, iops-l["gp3.iops.included"]), "ebs.gp3.iops_month")
		t.add(max(0, throughput-l["gp3.throughput.included"]), "ebs.gp3.mibps_month")
	case types.VolumeTypeIo1:
		t.add(iops, "ebs.io1.iops_month")
	case types.VolumeTypeIo2:
		first, second := l["io2.iops.price1.max"], l["io2.iops.price2.max"]
		t.add(min(iops, first), "ebs.io2.iops_month")
		t.add(max(0, min(iops, second)-first), "ebs.io2.iops_month.tier2")
		t.add(max(0, iops-second), "ebs.io2.iops_month.tier3")
	case types.VolumeTypeGp2, types.VolumeTypeSc1, types.VolumeTypeSt1, types.VolumeTypeStandard:
	default:
		t.not("volume type %q in this version of patlint", kind)
		return
	}
	t.add(size, "ebs."+string(kind)+".gib_month")
}

func snapshotCost(t *till, s *types.Snapshot) {
	t.place(s.OutpostArn, s.AvailabilityZone)
	size := float64(value(s.VolumeSize))
	t.most = s.StorageTier != types.StorageTierArchive || s.FullSnapshotSizeInBytes == nil // in the standard tier only what differs from others is paid
	if s.FullSnapshotSizeInBytes != nil {
		size = float64(*s.FullSnapshotSizeInBytes) / bytesPerGiB
	}
	tier := cmp.Or(string(s.StorageTier), string(types.StorageTierStandard))
	if !slices.Contains([]string{string(types.StorageTierArchive), string(types.StorageTierStandard)}, tier) {
		t.not("the storage tier %q in this version of patlint", tier)
		return
	}
	t.add(size, "ebs.snapshot."+tier+".gib_month")
}

// addressCost leaves addresses out that are a customer's own: AWS charges for its own alone (AWS blog, "Identify and optimize public IPv4 address usage on AWS").
func addressCost(t *till, a *types.Address) {
	pool, group := str(a.PublicIpv4Pool), str(a.NetworkBorderGroup)
	switch {
	case str(a.CarrierIp) != "" || str(a.CustomerOwnedIp) != "" || group != "" && group != t.inv.Region:
		t.not("an address outside of the region's own zones")
	case strings.HasPrefix(pool, "ipv4pool-ec2-"):
	case pool != "" && pool != "amazon":
		t.not("an address of the pool %s", pool)
	default:
		t.hours(1, "address.ipv4.hour")
	}
}

// unpaid tells of the state of what is paid by the hour, in any kind's spelling, that it is on its way out, came to nothing, or waits for somebody's consent.
func unpaid[S ~string](state S) bool {
	switch strings.ToLower(string(state)) {
	case "deleted", "deleting", "expired", "failed", "failing", "pendingacceptance", "rejected", "rejecting":
		return true
	}
	return false
}

func natGatewayCost(t *till, n *types.NatGateway) {
	switch {
	case unpaid(n.State):
	case n.AvailabilityMode == types.AvailabilityModeRegional:
		t.not("a regional NAT gateway, which is paid for by the zones that it is in at the time")
	default:
		t.hours(1, "network.nat_gateway.hour")
	}
}

// endpointCost counts an endpoint's subnets for its zones: it has at most one in each.
func endpointCost(t *till, e *types.VpcEndpoint) {
	switch {
	case unpaid(e.State) || e.VpcEndpointType == types.VpcEndpointTypeGateway:
	case value(e.RequesterManaged):
		t.not("an endpoint that a service of AWS's manages and may pay for")
	case e.VpcEndpointType == types.VpcEndpointTypeInterface:
		t.hours(len(e.SubnetIds), "network.endpoint.interface.hour")
	case e.VpcEndpointType == types.VpcEndpointTypeGatewayLoadBalancer:
		t.hours(len(e.SubnetIds), "network.endpoint.gateway_load_balancer.hour")
	default:
		t.not("an endpoint of the type %q in this version of patlint", e.VpcEndpointType)
	}
}

// attachmentCost is for the account of the inventory: of a network that is attached, its owner pays (AWS Transit Gateway pricing).
func attachmentCost(t *till, a *types.TransitGatewayAttachment) {
	owner := str(a.ResourceOwnerId)
	if unpaid(a.State) {
		return
	}
	switch a.ResourceType {
	case types.TransitGatewayAttachmentResourceTypeVpc, types.TransitGatewayAttachmentResourceTypeVpn, types.TransitGatewayAttachmentResourceTypeDirectConnectGateway:
		if owner != "" && t.inv.Account != "" && owner != t.inv.Account {
			return
		}
	case types.TransitGatewayAttachmentResourceTypePeering: // each side pays for its own
	default:
		t.not("an attachment of the type %q in this version of patlint", a.ResourceType)
		return
	}
	t.hours(1, "network.transit_gateway.attachment_hour")
}

func vpnCost(t *till, c *types.VpnConnection) {
	switch o := c.Options; {
	case unpaid(c.State):
	case o != nil && (value(o.EnableAcceleration) || o.TunnelBandwidth == types.VpnTunnelBandwidthLarge):
		t.not("a VPN connection that is accelerated or has large tunnels")
	default:
		t.hours(1, "vpn.connection.hour")
	}
}
