"""What is uploaded as a picture is refused, or becomes pixels and nothing else, in bounded time and memory."""

import io
import resource
import time
import zipfile
from collections.abc import Callable, Iterator
from hashlib import sha256

import pytest
from PIL import Image

from meetings.images.cleaning import MAX_UPLOAD_BYTES, InvalidImageError, clean_image, get_child
from meetings.images.sizes import list_file_names
from tests.pictures import (
    GPS_TAG,
    PNG_SIGNATURE,
    SVG,
    decode,
    encode,
    make_animation,
    make_bomb,
    make_endless_jpeg,
    make_jpeg_of_hidden_scans,
    make_jpeg_of_many_segments,
    make_photo_with_place,
    make_picture,
    make_png_of_many_profiles,
    make_profile_of_many_steps,
    make_webp_bomb,
)

MAX_SECONDS, MAX_MEGABYTES = 6, 60  # for a refusal; a busy machine that starts the process is allowed for
HTML = b"<html><script>alert(document.cookie)</script></html>"


@pytest.fixture
def _bounded() -> Iterator[None]:
    """Fail if a refusal takes long or needs much memory."""
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert time.monotonic() - begun < MAX_SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MAX_MEGABYTES * 1024


@pytest.mark.usefixtures("_bounded")
class TestRefusals:
    @pytest.mark.parametrize(
        ("data", "message"),
        [
            pytest.param(b"", "This file is empty.", id="empty"),
            pytest.param(SVG, "This file is an SVG. Save it as PNG or JPEG and try again.", id="SVG"),
            pytest.param(b"\xef\xbb\xbf\n<SVG/>", "This file is an SVG.", id="SVG after a byte order mark"),
            pytest.param(encode(Image.new("P", (9, 9)), "GIF"), "This file is a GIF.", id="GIF, whatever its name"),
            pytest.param(encode(Image.new("RGB", (9, 9)), "BMP"), "This file is a BMP.", id="BMP"),
            pytest.param(encode(Image.new("RGB", (9, 9)), "TIFF"), "This file is a TIFF.", id="TIFF"),
            pytest.param(b"%PDF-1.7\n", "This file is a PDF.", id="PDF"),
            pytest.param(b"\0\0\0\x18ftypheic", "This file is a HEIC.", id="a photo of a telephone"),
            pytest.param(HTML + make_picture(), "no picture that we can read", id="HTML before a picture"),
            pytest.param(b"%!PS\n(x) show", "no picture that we can read", id="PostScript, which is a program"),
            pytest.param(make_picture()[:-500], "damaged or incomplete", id="truncated PNG"),
            pytest.param(make_picture(file_format="JPEG")[:400], "damaged or incomplete", id="truncated JPEG"),
            pytest.param(PNG_SIGNATURE, "damaged or incomplete", id="nothing but a signature"),
            pytest.param(make_bomb(0, 100), "damaged or incomplete", id="no width"),
            pytest.param(make_bomb(), "too many pixels: it may have 30 million", id="bomb of 50,000 × 50,000"),
            pytest.param(make_bomb(10_000, 6_000), "too many pixels", id="twice as many pixels as allowed"),
            pytest.param(make_bomb(12_001, 1), "too many pixels", id="a line that WebP cannot store"),
            pytest.param(make_webp_bomb(), "too many pixels", id="WebP with the largest canvas"),
            pytest.param(make_animation("PNG"), "This picture moves.", id="animated PNG"),
            pytest.param(make_animation("WEBP"), "This picture moves.", id="animated WebP"),
            pytest.param(make_endless_jpeg, "built too intricately", id="JPEG of 200 scans"),
            pytest.param(
                make_jpeg_of_many_segments(b"\xff\xe1"), "too intricately", id="JPEG of thousands of segments"
            ),
            pytest.param(make_jpeg_of_many_segments(b"\xff\xee"), "too intricately", id="JPEG of other segments"),
            pytest.param(
                make_jpeg_of_many_segments(b"\xff\xe1", before=b"\xff\xc8\x40\x00"),
                "too intricately",
                id="hidden segments",
            ),
            pytest.param(make_jpeg_of_hidden_scans, "too intricately", id="hidden scans"),
            pytest.param(make_png_of_many_profiles(), "too intricately", id="PNG of a hundred colour profiles"),
            pytest.param(bytes(MAX_UPLOAD_BYTES + 1), "a picture may have 10 MB", id="too many bytes"),
        ],
    )
    @pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
    def test_refusal_says_what_to_do(self, data: bytes | Callable[[], bytes], message: str) -> None:
        with pytest.raises(InvalidImageError) as refusal:
            clean_image(data() if callable(data) else data)
        assert message in str(refusal.value)

    def test_profile_of_any_number_of_steps_is_ignored(self) -> None:
        """One of 160 kB took minutes and gigabytes, and the editors' process with it."""
        picture = encode(Image.new("RGB", (16, 16)), "JPEG", icc_profile=make_profile_of_many_steps())
        assert clean_image(picture).width == 16

    def test_picture_that_takes_too_long_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as patch, pytest.raises(InvalidImageError, match="takes too long to read"):
            patch.setattr(get_child(), "max_seconds", 0)
            clean_image(make_picture())
        assert clean_image(make_picture()).width == 1200


def test_process_that_decoded_a_large_picture_ends() -> None:
    """It would keep hundreds of megabytes while another worker decodes the next picture."""
    clean_image(make_picture())
    assert get_child().process
    clean_image(make_picture((2000, 1100)))
    assert get_child().process is None


class TestCleaning:
    @pytest.mark.parametrize("second", [HTML, b"PK\3\4archive", b"<?php phpinfo(); ?>"])
    def test_second_file_in_a_picture_is_lost(self, second: bytes) -> None:
        for data in (make_picture() + second, encode(Image.new("RGB", (9, 9)), "JPEG", comment=second)):
            assert second in data
            assert all(second not in content for content in clean_image(data).files.values())

    def test_video_after_a_picture_is_lost(self) -> None:
        """It may have as many markers as a file that is refused."""
        video = b"\xff\xda\xff\xe1" * 1_000
        assert clean_image(encode(Image.new("RGB", (9, 9)), "JPEG") + video).width == 9

    def test_archive_after_a_picture_is_lost(self) -> None:
        archive = io.BytesIO(make_picture())
        with zipfile.ZipFile(archive, "a") as files:
            files.writestr("evil.html", HTML)
        assert zipfile.is_zipfile(io.BytesIO(archive.getvalue()))
        for content in clean_image(archive.getvalue()).files.values():
            assert not zipfile.is_zipfile(io.BytesIO(content))

    def test_metadata_are_lost_and_the_picture_stands_upright(self) -> None:
        photo = make_photo_with_place()
        assert decode(photo).getexif().get_ifd(GPS_TAG)
        clean = clean_image(photo)
        assert (clean.width, clean.height) == (480, 640)
        for content in clean.files.values():
            picture = decode(content)
            assert not picture.getexif()
            assert not {"exif", "comment", "icc_profile", "xmp", "photoshop"} & picture.info.keys()
            assert not any(word in content for word in (b"Anvelt", b"Europa", b"Exif"))

    @pytest.mark.parametrize(
        ("picture", "options", "expected"),
        [
            pytest.param(Image.new("CMYK", (9, 9), (0, 255, 255, 0)), {"format": "JPEG"}, (254, 0, 0), id="CMYK"),
            pytest.param(Image.new("I;16", (9, 9), 65_535), {}, (255, 255, 255), id="16 bits of grey: white"),
            pytest.param(Image.new("I;16", (9, 9), 32_768), {}, (128, 128, 128), id="16 bits of grey"),
            pytest.param(Image.new("I;16", (9, 9), 0), {"transparency": 256}, (0, 0, 0), id="16 bits: opaque black"),
            pytest.param(
                Image.new("I;16", (9, 9), 200), {"transparency": 200}, (255, 255, 255), id="16 bits: transparent grey"
            ),
            pytest.param(Image.new("1", (9, 9), 1), {}, (255, 255, 255), id="one bit"),
            pytest.param(Image.new("RGB", (9, 9), "red").quantize(4), {}, (254, 0, 0), id="palette"),
            pytest.param(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), {}, (255, 255, 255), id="transparent: on white"),
            pytest.param(Image.new("L", (9, 9), 0), {"transparency": 0}, (255, 255, 255), id="transparent colour"),
            pytest.param(Image.new("LA", (9, 9), (0, 255)), {}, (0, 0, 0), id="opaque grey"),
        ],
    )
    def test_colours_become_srgb_with_eight_bits(
        self, picture: Image.Image, options: dict[str, object], expected: tuple[int, ...]
    ) -> None:
        file_format = str(options.pop("format", "PNG"))
        found = decode(clean_image(encode(picture, file_format, **options)).files["full.jpg"])
        assert found.mode == "RGB"
        colour = found.getpixel((4, 4))
        assert isinstance(colour, tuple)
        assert max(abs(one - other) for one, other in zip(colour, expected, strict=True)) <= 2

    @pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
    def test_content_decides_on_the_format_not_the_name(self, file_format: str) -> None:
        assert clean_image(make_picture(file_format=file_format)).format == file_format

    def test_unusable_colour_profile_is_ignored(self) -> None:
        data = encode(Image.new("RGB", (9, 9), "red"), icc_profile=b"not a profile")
        assert clean_image(data).width == 9


class TestFiles:
    def test_picture_has_three_widths_in_two_formats_and_full_size(self) -> None:
        clean = clean_image(make_picture((2400, 1200)))
        sizes = {name: decode(content).size for name, content in clean.files.items()}
        assert sizes == {
            **dict.fromkeys(("480.webp", "480.jpg"), (480, 240)),
            **dict.fromkeys(("960.webp", "960.jpg"), (960, 480)),
            **dict.fromkeys(("1920.webp", "1920.jpg"), (1920, 960)),
            "full.jpg": (2400, 1200),
        }
        assert {decode(content).format for content in clean.files.values()} == {"WEBP", "JPEG"}

    @pytest.mark.parametrize(("width", "widths"), [(300, [300]), (480, [480]), (700, [480, 700]), (960, [480, 960])])
    def test_narrow_picture_is_not_enlarged(self, width: int, widths: list[int]) -> None:
        expected = [f"{each}.{extension}" for each in widths for extension in ("webp", "jpg")] + ["full.jpg"]
        assert list_file_names(width) == expected
        assert list(clean_image(make_picture((width, 100))).files) == expected

    def test_digest_is_that_of_the_full_file(self) -> None:
        clean = clean_image(make_picture())
        assert clean.digest == sha256(clean.files["full.jpg"]).hexdigest()
        assert clean_image(make_picture()).digest == clean.digest

    def test_noise_is_stored_although_it_does_not_compress(self) -> None:
        noise = Image.effect_noise((1500, 1500), 120).convert("RGB")
        assert clean_image(encode(noise, "JPEG", quality=80)).width == 1500
