"""Questions with a wrong key: what a proof must refuse."""

from dataclasses import replace

from quizzes import model


def flipped(question: model.Question) -> model.Question:
    """The question with a right and a wrong answer exchanged."""
    if isinstance(question, model.Choice):
        right = question.right[0]
        wrong = next(option.key for option in question.options if not option.correct)
        turned = {right: False, wrong: True}
        options = tuple(replace(one, correct=turned.get(one.key, one.correct)) for one in question.options)
        return replace(question, options=options)
    if isinstance(question, model.Ordering):
        return replace(question, items=tuple(replace(item, after=None) for item in reversed(question.items)))
    if isinstance(question, model.Matching):
        rights = [pair.right for pair in question.pairs]
        moved = zip(question.pairs, [*rights[1:], rights[0]], strict=True)
        return replace(question, pairs=tuple(replace(pair, right=right) for pair, right in moved))
    if isinstance(question, model.Numeric):
        wrong_value = question.near[0].value if question.near else question.value + 1
        return replace(question, value=wrong_value)
    assert isinstance(question, model.Prove)
    return replace(question, solution={})
