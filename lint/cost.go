package lint

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/cost"
)

// costly tells whether an expression with loops may cost more than a rule may, by its shape. It notes whether what it costs is counted
// while it runs.
func (c *compiler) costly(env *cel.Env, r *rule, checked *cel.Ast, condition bool) bool {
	within := func(limit, factor uint64) bool {
		estimate, err := env.EstimateCost(checked, estimator{c.relations, factor})
		return err == nil && estimate.Max <= limit
	}
	if !condition {
		return !within(maxEstimate*textFactor, 1)
	}
	if !r.limited && within(costLimit, largeFactor) { // and with smaller lists too
		return false
	}
	r.limited = true
	return !within(maxEstimate, 1)
}

// estimator gives the sizes that the cost limit is reckoned with.
type estimator struct {
	relations map[string]relation
	factor    uint64
}

func (e estimator) EstimateSize(node cost.AstNode) *cost.SizeEstimate {
	size := uint64(listSize)
	if x := node.Expr(); x != nil && x.Kind() == ast.CallKind && x.AsCall().IsMemberFunction() && len(x.AsCall().Args()) == 0 {
		size = relationSize
	}
	return &cost.SizeEstimate{Min: 0, Max: size * e.factor}
}

func (e estimator) EstimateCallCost(function, overloadID string, target *cost.AstNode, args []cost.AstNode) *cost.CallEstimate {
	if r, ok := e.relations[overloadID]; ok {
		size := cost.SizeEstimate{Min: 0, Max: relationSize * e.factor}
		if r.most > 0 {
			size.Max = r.most
		}
		return &cost.CallEstimate{CostEstimate: cost.Estimate{Min: 1, Max: 1}, ResultSize: &size}
	}
	return nil
}
