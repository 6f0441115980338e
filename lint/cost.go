package lint

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/cost"
)

// costly tells whether an expression with loops may cost more than a rule may, by its shape. It notes whether what it costs is counted
// while it runs.
func (c *compiler) costly(env *cel.Env, r *rule, checked *cel.Ast, condition bool) bool {
	estimate, err := env.EstimateCost(checked, estimator{c.relations, 1})
	limit := uint64(maxEstimate)
	if !condition {
		limit *= textFactor
	}
	if err != nil || estimate.Max > limit {
		return true
	}
	if condition && !r.limited {
		large, err := env.EstimateCost(checked, estimator{c.relations, largeFactor})
		r.limited = err != nil || large.Max > costLimit
	}
	return false
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
