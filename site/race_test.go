//go:build race

package site

// raced: the race detector empties pools at random, so that what is allocated tells nothing.
const raced = true
