// One visitor of a variant out of several lambdas.
#ifndef FAIRPOINT_BASE_OVERLOADED_H_
#define FAIRPOINT_BASE_OVERLOADED_H_

namespace fairpoint::base {

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;  // for clang 16, which cannot deduce aggregates

}  // namespace fairpoint::base

#endif  // FAIRPOINT_BASE_OVERLOADED_H_
