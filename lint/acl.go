package lint

import (
	"fmt"
	"net/netip"
	"strings"

	"cel.dev/cel-go/cel"
	celtypes "cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/patlint/patlint/lint/reach"
)

// shadowed is what stands in a network ACL and never decides.
func shadowed() relation {
	r := relate("shadowed", "its entries that one in front of them covers wholly, so that they never decide: RuleNumber, Egress, RuleAction and Traffic, and ByNumber, ByAction and ByTraffic of the one in front",
		cel.ListType(typeOf[reach.Shadow]()), nil, func(b *binding) func(*types.NetworkAcl) ref.Val {
			return func(a *types.NetworkAcl) ref.Val {
				out := []ref.Val{}
				for _, s := range reach.Shadowed(a) {
					out = append(out, b.adapter.NativeToValue(&s))
				}
				return celtypes.NewRefValList(b.adapter, out)
			}
		})
	r.most, r.words = listSize, "its entries that never decide"
	return r
}

// stoppedEndpoints is what a network ACL stops on the way to the gateway endpoints of its subnets.
func stoppedEndpoints() relation {
	ports := cel.ListType(cel.IntType)
	return relation{on: typeOf[types.NetworkAcl](), name: "stoppedEndpoints", args: []*cel.Type{ports, ports}, result: cel.ListType(cel.StringType),
		needs: []string{"DescribeRouteTables", "DescribeSubnets", "DescribeVpcEndpoints"}, uses: []string{prefixListEntries}, most: listSize,
		doc:   "the gateway endpoints, in words, to whose services it does not let each TCP port of the first list out, or answers in to each own port of the second, from its subnets that have a route to them",
		words: "the list of gateway endpoints that it stops at {1} or on the way back at {2}",
		bind: func(b *binding) func(any, []ref.Val) ref.Val {
			gateways := gatewayEndpoints(b.inv)
			return func(v any, args []ref.Val) ref.Val {
				a, ok := v.(*types.NetworkAcl)
				out, ok1 := wholes(args[0])
				own, ok2 := wholes(args[1])
				if !ok || !ok1 || !ok2 {
					return wrongType(v)
				}
				for _, x := range a.Associations {
					b.noteTable(str(x.SubnetId), str(a.VpcId))
				}
				return b.stopped(a, out, own, gateways)
			}
		}}
}

// gatewayEndpoints are the names of the services that gateway endpoints lead to, by the endpoint's ID.
func gatewayEndpoints(inv *Inventory) map[string]string {
	out := map[string]string{}
	for id, e := range byID[types.VpcEndpoint](inv, "vpcEndpoint") {
		if e.VpcEndpointType == types.VpcEndpointTypeGateway {
			out[id] = str(e.ServiceName)
		}
	}
	return out
}

// stopped says of each service what does not get through. It is unknown where nothing is found and not everything could be asked.
func (b *binding) stopped(a *types.NetworkAcl, out, own []int64, gateways map[string]string) ref.Val {
	services, unknown := b.inv.network().Services(a, func(id string) bool { _, ok := gateways[id]; return ok })
	found := []string{}
	for _, s := range services {
		var parts []string
		for _, p := range out {
			parts = appendRefused(parts, fmt.Sprintf("TCP %d not out to", p), reach.Refused(a, true, p, s.Ranges), len(s.Ranges))
		}
		for _, p := range own {
			parts = appendRefused(parts, fmt.Sprintf("answers to TCP %d not in from", p), reach.Refused(a, false, p, s.Ranges), len(s.Ranges))
		}
		if len(parts) > 0 {
			found = append(found, fmt.Sprintf("%s (%s): %s", s.VpcEndpointId, gateways[s.VpcEndpointId], strings.Join(parts, ", ")))
		}
	}
	if len(found) == 0 && unknown != "" {
		if _, gap := b.inv.Gap(prefixListEntries); gap {
			return b.unknownSource(prefixListEntries)
		}
		return unknownReason(unknown)
	}
	return b.adapter.NativeToValue(found)
}

// appendRefused says how many of a service's ranges are stopped, and names one.
func appendRefused(parts []string, what string, refused []netip.Prefix, of int) []string {
	if len(refused) == 0 {
		return parts
	}
	return append(parts, fmt.Sprintf("%s %d of %d ranges such as %s", what, len(refused), of, refused[0]))
}

// repeatedRules is what two groups of one machine say alike.
func repeatedRules() relation {
	r := relate("repeatedRules",
		"the inbound rules that two or more security groups of one of its network interfaces have, in words with the groups: TCP 443 from 10.0.0.0/8 (sg-…, sg-…)",
		cel.ListType(cel.StringType), []string{"DescribeSecurityGroups"}, func(b *binding) func(*types.Instance) ref.Val {
			groups := byID[types.SecurityGroup](b.inv, "securityGroup")
			return func(i *types.Instance) ref.Val {
				out := []string{}
				for _, worn := range wornBy(i) {
					repeated, lost := b.repeated(worn, groups)
					if lost != "" {
						return dangling(lost, "DescribeSecurityGroups")
					}
					out = append(out, repeated...)
				}
				return b.adapter.NativeToValue(distinct(out))
			}
		})
	r.most, r.words = listSize, "its repeated inbound rules"
	return r
}

// wornBy are the groups of an instance, one list for each network interface; a short answer has them on the instance alone.
func wornBy(i *types.Instance) (out [][]string) {
	for _, n := range i.NetworkInterfaces {
		out = append(out, groupIDs(n.Groups))
	}
	if len(out) == 0 {
		out = append(out, groupIDs(i.SecurityGroups))
	}
	return out
}

// repeated finds what groups have in common; lost is one that is not listed.
func (b *binding) repeated(worn []string, groups map[string]*types.SecurityGroup) (out []string, lost string) {
	by := map[string][]string{}
	for _, id := range distinct(worn) {
		g, ok := groups[id]
		if !ok {
			return nil, id
		}
		for _, r := range b.inv.rulesOf(g, false) {
			bare := *r
			bare.SecurityGroupRuleId = "" // no two rules have one
			by[bare.Traffic()+" from "+bare.Origin()] = append(by[bare.Traffic()+" from "+bare.Origin()], id)
		}
	}
	for rule, in := range by {
		if len(distinct(in)) > 1 {
			out = append(out, fmt.Sprintf("%s (%s)", rule, strings.Join(distinct(in), ", ")))
		}
	}
	return out, ""
}
