// Package kubernetes takes the place of the SDK's package of this path. See its module's go.mod for why.
package kubernetes

import "reflect"

// UntypedArgs are the fields of an object whose kind is not known.
type UntypedArgs map[string]any

// ElementType makes UntypedArgs an input of the SDK.
func (UntypedArgs) ElementType() reflect.Type {
	return reflect.TypeFor[map[string]any]()
}
