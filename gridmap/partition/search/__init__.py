"""Search for plans: first plans, moves across borders, and the number of zones.

Its modules:

    town             all components, one after another
    component        one connected component, and what is proven about its answer
    plan             a plan from nothing, over all components
    sharing          zones shared out over components
    min_zones        the fewest zones under capacity
    divide           one component into a given number of zones
    bisection        a first plan by recursive bisection
    scatter          random first plans by straight cuts
    coarse           coarser graphs of clustered patches
    moves            annealed moves with an exact test of contiguity
    ejection_chains  overloads repaired by chains of moves
    tight            few zones within tight limits
    tree             exact plans of trees and rings
    capacity         the hard end of the capacity rule
    capacities       zones with capacities of their own
"""
