# What people were told about their messages, and whether a history keeps to it.
"""A post is a dictionary as `peal read --json` prints it; its "message" is "session:n"."""
from collections import Counter


class Ledger:
    """What was written and what was acknowledged. Text is what is compared: each message has one of its own."""

    def __init__(self):
        self.written = set()
        self.acknowledged = {}  # message id -> text
        self.refused = []
        self.answers = {}  # text of an answer -> message id of what it answers

    def wrongs(self, posts):
        """Everything that is wrong with the history of a server, a line each."""
        return [*self._once(posts), *self._complete(posts), *self._in_order(posts), *self._after_questions(posts)]

    def _once(self, posts):
        for kind in ("message", "text"):
            for value, count in Counter(post[kind] for post in posts).items():
                if count > 1:
                    yield f"{count} times: {kind} {value}"

    def _complete(self, posts):
        found = {post["message"]: post["text"] for post in posts}
        for message, text in self.acknowledged.items():
            if message not in found:
                yield f"acknowledged and lost: {message} {text}"
            elif found[message] != text:
                yield f"acknowledged as {text} and changed: {message} {found[message]}"
        for text in found.values():
            if text not in self.written:
                yield f"written by nobody: {text}"

    def _in_order(self, posts):
        latest = {}
        for post in posts:
            session, n = post["message"].split(":")
            if latest.get(session, 0) >= int(n):
                yield f"after number {latest[session]} of its sender: {post['message']} {post['text']}"
            latest[session] = max(latest.get(session, 0), int(n))

    def _after_questions(self, posts):
        place = {post["message"]: i for i, post in enumerate(posts)}
        for i, post in enumerate(posts):
            question = self.answers.get(post["text"])
            if question is not None and place.get(question, len(posts)) > i:
                yield f"without its question {question} before it: {post['text']}"
