"""Which of ExifTool's tags mean which canonical field.

Of several tags for one field the first that a file has is taken: what ExifTool worked out for
itself (Composite) before what it found, the group of the main picture before any group, and a
standard made for the purpose before one that is also used for other things.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Field -> its tags by preference, because the other way round nobody could see what comes first.
_TAGS: Final[Mapping[str, str]] = {
    "file.name": "System:FileName",
    "file.size": "System:FileSize",
    "file.media_type": "File:MIMEType",
    "file.created": "System:FileCreateDate",
    "file.modified": "System:FileModifyDate",
    "file.accessed": "System:FileAccessDate",
    "file.changed": "System:FileInodeChangeDate",
    "file.permissions": "System:FilePermissions",
    # A raw file's first directory is often a thumbnail, so the directories below come first; a
    # JPEG's own header (File) is beyond doubt.
    "image.width": "File:ImageWidth PNG:ImageWidth GIF:ImageWidth RIFF:ImageWidth "
    "Jpeg2000:ImageWidth Photoshop:ImageWidth CanonRaw:ImageWidth SubIFD1:ImageWidth "
    "SubIFD:ImageWidth IFD0:ImageWidth ExifIFD:ExifImageWidth Track1:ImageWidth "
    "Track2:ImageWidth Composite:ImageWidth DICOM:Columns SVG:ImageWidth "
    "ASF:ImageWidth Flash:ImageWidth DV:ImageWidth MPEG:ImageWidth PSP:ImageWidth "
    "FLIR:ImageWidth XMP-tiff:ImageWidth "
    "XMP-exif:ExifImageWidth",
    "image.height": "File:ImageHeight PNG:ImageHeight GIF:ImageHeight RIFF:ImageHeight "
    "Jpeg2000:ImageHeight Photoshop:ImageHeight CanonRaw:ImageHeight SubIFD1:ImageHeight "
    "SubIFD:ImageHeight IFD0:ImageHeight ExifIFD:ExifImageHeight Track1:ImageHeight "
    "Track2:ImageHeight Composite:ImageHeight DICOM:Rows SVG:ImageHeight "
    "ASF:ImageHeight Flash:ImageHeight DV:ImageHeight MPEG:ImageHeight PSP:ImageHeight "
    "FLIR:ImageHeight XMP-tiff:ImageHeight "
    "XMP-exif:ExifImageHeight",
    "image.orientation": "IFD0:Orientation XMP-tiff:Orientation File:Orientation",
    "image.bits_per_sample": "File:BitsPerSample PNG:BitDepth Photoshop:BitDepth "
    "SubIFD1:BitsPerSample SubIFD:BitsPerSample IFD0:BitsPerSample DICOM:BitsAllocated "
    "XMP-tiff:BitsPerSample",
    "image.channels": "File:ColorComponents Photoshop:NumChannels SubIFD1:SamplesPerPixel "
    "SubIFD:SamplesPerPixel IFD0:SamplesPerPixel DICOM:SamplesPerPixel XMP-tiff:SamplesPerPixel",
    "image.color_mode": "PNG:ColorType Photoshop:ColorMode IFD0:PhotometricInterpretation "
    "DICOM:PhotometricInterpretation XMP-photoshop:ColorMode XMP-tiff:PhotometricInterpretation",
    "image.color_space": "ExifIFD:ColorSpace XMP-exif:ColorSpace",
    "image.icc_profile": "ICC_Profile:ProfileDescription XMP-photoshop:ICCProfileName "
    "PNG:ProfileName",
    "image.compression": "PNG:Compression Photoshop:Compression IFD0:Compression "
    "File:Compression Jpeg2000:Compression OpenEXR:Compression XMP-tiff:Compression",
    "image.frames": "GIF:FrameCount PNG:AnimationFrames DICOM:NumberOfFrames RIFF:FrameCount "
    "File:PageCount",
    "capture.time": "Composite:SubSecDateTimeOriginal ExifIFD:DateTimeOriginal "
    "XMP-exif:DateTimeOriginal Keys:CreationDate IFD0:DateTimeOriginal RIFF:DateTimeOriginal "
    "H264:DateTimeOriginal DV:DateTimeOriginal CanonRaw:DateTimeOriginal "
    "CIFF:DateTimeOriginal SigmaRaw:DateTimeOriginal KyoceraRaw:DateTimeOriginal "
    "PictureInfo:DateTimeOriginal FLIR:DateTimeOriginal Lytro:DateTimeOriginal "
    "MIE-Doc:DateTimeOriginal MOI:DateTimeOriginal XMP-photoshop:DateCreated "
    "Composite:DateTimeCreated IPTC:DateCreated UserData:ContentCreateDate",
    "capture.digitized": "Composite:SubSecCreateDate ExifIFD:CreateDate "
    "XMP-exif:DateTimeDigitized Composite:DigitalCreationDateTime IPTC:DigitalCreationDate",
    "capture.exposure_time": "ExifIFD:ExposureTime XMP-exif:ExposureTime "
    "Composite:ShutterSpeed *:ExposureTime",
    "capture.f_number": "ExifIFD:FNumber XMP-exif:FNumber Composite:Aperture *:FNumber",
    "capture.iso": "ExifIFD:ISO XMP-exif:ISO Composite:ISO *:ISO",
    "capture.exposure_bias": "ExifIFD:ExposureCompensation XMP-exif:ExposureCompensation "
    "*:ExposureCompensation",
    "capture.exposure_program": "ExifIFD:ExposureProgram XMP-exif:ExposureProgram",
    "capture.metering_mode": "ExifIFD:MeteringMode XMP-exif:MeteringMode *:MeteringMode",
    "capture.flash": "ExifIFD:Flash Composite:Flash",
    "capture.white_balance": "ExifIFD:WhiteBalance XMP-exif:WhiteBalance *:WhiteBalance",
    "capture.focal_length": "ExifIFD:FocalLength XMP-exif:FocalLength *:FocalLength",
    "capture.focal_length_35mm": "ExifIFD:FocalLengthIn35mmFormat "
    "XMP-exif:FocalLengthIn35mmFormat Composite:FocalLength35efl",
    "capture.subject_distance": "ExifIFD:SubjectDistance XMP-exif:SubjectDistance",
    "capture.place": "XMP-iptcCore:Location IPTC:Sub-location",
    "capture.city": "XMP-photoshop:City IPTC:City *:City",
    "capture.region": "XMP-photoshop:State IPTC:Province-State *:State",
    "capture.country": "XMP-photoshop:Country IPTC:Country-PrimaryLocationName *:Country",
    "capture.people": "XMP-iptcExt:PersonInImage",
    "camera.make": "IFD0:Make XMP-tiff:Make Keys:Make UserData:Make DICOM:Manufacturer *:Make",
    "camera.model": "IFD0:Model XMP-tiff:Model Keys:Model UserData:Model "
    "DICOM:ManufacturersModelName *:Model",
    "camera.serial": "ExifIFD:SerialNumber XMP-exifEX:SerialNumber XMP-aux:SerialNumber "
    "IFD0:CameraSerialNumber DICOM:DeviceSerialNumber *:SerialNumber "
    "*:InternalSerialNumber",
    "camera.firmware": "Canon:CanonFirmwareVersion XMP-aux:Firmware *:FirmwareVersion "
    "*:CanonFirmwareVersion *:Firmware",
    "camera.owner": "ExifIFD:OwnerName XMP-exifEX:OwnerName XMP-aux:OwnerName *:OwnerName",
    "lens.make": "ExifIFD:LensMake XMP-exifEX:LensMake",
    "lens.model": "ExifIFD:LensModel XMP-exifEX:LensModel Composite:LensID XMP-aux:Lens "
    "*:LensModel Composite:Lens",
    "lens.serial": "ExifIFD:LensSerialNumber XMP-exifEX:LensSerialNumber "
    "XMP-aux:LensSerialNumber *:LensSerialNumber",
    "lens.max_aperture": "ExifIFD:MaxApertureValue XMP-exif:MaxApertureValue",
    # GPS:GPSLatitude has no sign: that is in another tag.
    "gps.latitude": "Composite:GPSLatitude XMP-exif:GPSLatitude",
    "gps.longitude": "Composite:GPSLongitude XMP-exif:GPSLongitude",
    "gps.altitude": "Composite:GPSAltitude",
    "gps.time": "Composite:GPSDateTime XMP-exif:GPSDateTime",
    "gps.direction": "GPS:GPSImgDirection XMP-exif:GPSImgDirection",
    "gps.accuracy": "GPS:GPSHPositioningError XMP-exif:GPSHPositioningError",
    "rights.creator": "XMP-dc:Creator IPTC:By-line IFD0:Artist XMP-tiff:Artist PDF:Author "
    "XMP-pdf:Author FlashPix:Author RTF:Author HTML:Author HTML-dc:Creator HTML-office:Author "
    "PNG:Author DjVu-Meta:Author MIE-Doc:Author MOBI:Author ASF:Author AIFF:Author "
    "PostScript:Creator *:Author",
    "rights.copyright": "XMP-dc:Rights IPTC:CopyrightNotice IFD0:Copyright PNG:Copyright "
    "ASF:Copyright XMP-tiff:Copyright HTML-dc:Rights *:Copyright",
    "rights.owner": "XMP-xmpRights:Owner XMP-plus:CopyrightOwner",
    "rights.credit": "XMP-photoshop:Credit IPTC:Credit",
    "rights.source": "XMP-photoshop:Source IPTC:Source",
    "rights.usage_terms": "XMP-xmpRights:UsageTerms",
    "rights.licence": "XMP-cc:License XMP-xmpRights:WebStatement Font:License",
    "rights.protected": "XMP-xmpRights:Marked Photoshop:CopyrightFlag",
    "document.title": "XMP-dc:Title PDF:Title IPTC:ObjectName FlashPix:Title RTF:Title "
    "HTML:Title HTML-dc:Title ID3v2_4:Title ID3v2_3:Title ID3v2_2:Title ItemList:Title "
    "Vorbis:Title APE:Title RIFF:Title ASF:Title PNG:Title PostScript:Title ID3v1:Title *:Title",
    "document.headline": "XMP-photoshop:Headline IPTC:Headline",
    "document.description": "XMP-dc:Description IFD0:ImageDescription IPTC:Caption-Abstract "
    "PNG:Description HTML:Description HTML-dc:Description XMP-tiff:ImageDescription *:Description",
    "document.subject": "PDF:Subject FlashPix:Subject RTF:Subject HTML-dc:Subject "
    "HTML-office:Subject DjVu-Meta:Subject",
    "document.keywords": "XMP-dc:Subject IPTC:Keywords PDF:Keywords XMP-pdf:Keywords "
    "FlashPix:Keywords RTF:Keywords HTML:Keywords XML:Keywords *:Keywords",
    "document.comment": "ExifIFD:UserComment File:Comment XMP-exif:UserComment "
    "FlashPix:Comments RTF:Comments *:Comment",
    "document.identifier": "XMP-dc:Identifier HTML-dc:Identifier MOBI:ISBN XMP-prism:ISBN",
    "document.language": "XMP-dc:Language PDF:Language HTML-dc:Language FlashPix:LanguageCode",
    "document.publisher": "XMP-dc:Publisher HTML-dc:Publisher ID3v2_4:Publisher "
    "ID3v2_3:Publisher *:Publisher",
    "document.company": "FlashPix:Company XML:Company RTF:Company HTML-office:Company",
    "document.created": "XMP-xmp:CreateDate PDF:CreateDate XML:CreateDate FlashPix:CreateDate "
    "RTF:CreateDate HTML-office:CreateDate QuickTime:CreateDate PostScript:CreateDate "
    "Matroska:DateTimeOriginal *:CreationDate",
    "document.modified": "XMP-xmp:ModifyDate Composite:SubSecModifyDate IFD0:ModifyDate "
    "PDF:ModifyDate XML:ModifyDate FlashPix:ModifyDate RTF:ModifyDate HTML-office:ModifyDate "
    "QuickTime:ModifyDate PNG:ModifyDate",
    "document.pages": "PDF:PageCount XML:Pages XML:Slides FlashPix:Slides FlashPix:Pages "
    "MS-DOC:Pages RTF:Pages HTML-office:Pages",
    "document.words": "XML:Words FlashPix:Words MS-DOC:Words RTF:Words HTML-office:Words "
    "File:WordCount",
    "document.encoding": "File:MIMEEncoding",
    "document.format_version": "PDF:PDFVersion GIF:GIFVersion File:BMPVersion",
    "document.rating": "XMP-xmp:Rating ExifIFD:Rating IFD0:Rating",
    "media.duration": "Composite:Duration QuickTime:Duration Matroska:Duration ASF:Duration "
    "Flash:Duration RIFF:Duration *:Duration",
    "media.bit_rate": "Composite:AvgBitrate MPEG:AudioBitrate Composite:AudioBitrate "
    "Vorbis:NominalBitrate ASF:MaxBitrate *:AvgBitrate *:AudioBitrate",
    "audio.codec": "RIFF:Encoding Track1:AudioFormat Track2:AudioFormat Track1:AudioCodecID "
    "Track2:AudioCodecID ASF:AudioCodecID Flash:AudioEncoding AIFF:CompressionType",
    "audio.sample_rate": "RIFF:SampleRate MPEG:SampleRate FLAC:SampleRate Vorbis:SampleRate "
    "Opus:SampleRate AIFF:SampleRate MPC:SampleRate MAC:SampleRate *:AudioSampleRate "
    "Real-RA4:SampleRate",
    "audio.channels": "RIFF:NumChannels AIFF:NumChannels FLAC:Channels MAC:Channels "
    "Vorbis:AudioChannels Opus:AudioChannels *:AudioChannels Real-RA4:Channels",
    "audio.bits_per_sample": "RIFF:BitsPerSample FLAC:BitsPerSample AIFF:SampleSize "
    "MAC:BitsPerSample *:AudioBitsPerSample",
    "audio.artist": "ID3v2_4:Artist ID3v2_3:Artist ID3v2_2:Artist ItemList:Artist Vorbis:Artist "
    "APE:Artist Keys:Artist UserData:Artist RIFF:Artist XMP-xmpDM:Artist ID3v1:Artist",
    "audio.album": "ID3v2_4:Album ID3v2_3:Album ID3v2_2:Album ItemList:Album Vorbis:Album "
    "APE:Album Keys:Album UserData:Album XMP-xmpDM:Album ID3v1:Album *:Album",
    "audio.composer": "ID3v2_4:Composer ID3v2_3:Composer ID3v2_2:Composer ItemList:Composer "
    "*:Composer",
    "audio.genre": "ID3v2_4:Genre ID3v2_3:Genre ID3v2_2:Genre ItemList:Genre Vorbis:Genre "
    "APE:Genre XMP-xmpDM:Genre ID3v1:Genre *:Genre",
    "audio.track": "ID3v2_4:Track ID3v2_3:Track ID3v2_2:Track ItemList:TrackNumber "
    "Vorbis:TrackNumber APE:Track XMP-xmpDM:TrackNumber ID3v1:Track",
    "audio.released": "ID3v2_4:ReleaseTime ID3v2_4:RecordingTime ID3v2_3:Year ID3v2_2:Year "
    "ItemList:ContentCreateDate Vorbis:Date APE:Year ID3v1:Year",
    "video.codec": "RIFF:VideoCodec Track1:CompressorID Track2:CompressorID Track1:VideoCodecID "
    "Track2:VideoCodecID Flash:VideoEncoding",
    "video.frame_rate": "RIFF:FrameRate Track1:VideoFrameRate Track2:VideoFrameRate "
    "RIFF:VideoFrameRate Flash:FrameRate MPEG:FrameRate DV:FrameRate Red:FrameRate",
    "video.rotation": "Composite:Rotation",
    "medical.patient_id": "DICOM:PatientID",
    "medical.patient_name": "DICOM:PatientName",
    "medical.patient_birth": "DICOM:PatientBirthDate",
    "medical.patient_sex": "DICOM:PatientSex",
    "medical.study_uid": "DICOM:StudyInstanceUID",
    "medical.series_uid": "DICOM:SeriesInstanceUID",
    "medical.instance_uid": "DICOM:SOPInstanceUID",
    "medical.modality": "DICOM:Modality",
    "medical.study_time": "DICOM:StudyDate",
    "medical.study_description": "DICOM:StudyDescription",
    "medical.series_description": "DICOM:SeriesDescription",
    "medical.series_number": "DICOM:SeriesNumber",
    "medical.instance_number": "DICOM:InstanceNumber",
    "medical.body_part": "DICOM:BodyPartExamined",
    "medical.institution": "DICOM:InstitutionName",
    "medical.slice_thickness": "DICOM:SliceThickness",
    "medical.deidentified": "DICOM:PatientIdentityRemoved",
    "provenance.software": "XMP-xmp:CreatorTool IFD0:Software PDF:Creator XML:Application "
    "FlashPix:Software PNG:Software ItemList:Encoder Matroska:WritingApp HTML:Generator "
    "XMP-meta:Generator XMP-tiff:Software *:Software",
    "provenance.producer": "PDF:Producer XMP-pdf:Producer Matroska:MuxingApp Vorbis:Vendor",
    "provenance.modified_by": "XML:LastModifiedBy FlashPix:LastModifiedBy RTF:LastModifiedBy",
    "provenance.revision": "XML:RevisionNumber FlashPix:RevisionNumber RTF:RevisionNumber",
    "provenance.document_id": "XMP-xmpMM:DocumentID",
    "provenance.instance_id": "XMP-xmpMM:InstanceID",
    "provenance.history": "XMP-xmpMM:History",
    "provenance.source_type": "XMP-iptcExt:DigitalSourceType",
}

CROSSWALK: Final[Mapping[str, str]] = {
    tag: field for field, tags in _TAGS.items() for tag in tags.split()
}
"""Tag -> canonical field, in the order of preference."""
