# rules: Q606
"""In the folder of utils, about serializers."""

from shop.serializers import BookSerializer  # expect: Q606


class TestBook:
    async def test_serializer_has_a_name(self):
        assert BookSerializer("a").data == {"name": "a"}
