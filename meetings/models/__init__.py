from meetings.models.appearance import Appearance, AppearedItem, AppearedLink, AppearedPoint, AppearedSuppression
from meetings.models.audit import Act, ActConfirmation, AuditEntry
from meetings.models.base import OrderedModel, UUIDModel, VersionedModel
from meetings.models.configurations import Configuration, Presidency
from meetings.models.edition import Edition, EditionDocument, EditionReason, Erasure, StoredDocument, Suppression
from meetings.models.images import StoredImage
from meetings.models.index import (
    INDEX_MODELS,
    ChangeEffect,
    IndexedDelegation,
    IndexedEarlierDays,
    IndexedEffect,
    IndexedFile,
    IndexedImage,
    IndexedItem,
    IndexedLink,
    IndexedPoint,
    IndexedReference,
    IndexedTopic,
    IndexRow,
    SearchRow,
    StoredSearchResult,
)
from meetings.models.meeting import Alert, Chair, Contact, Footnote, Meeting, Session
from meetings.models.programme import ProgrammePoint
from meetings.models.sign_in import (
    AttemptCount,
    KnownNetwork,
    PasswordRequest,
    RecoveryCode,
    SecondFactor,
    UserSession,
)
from meetings.models.translation import SubjectType, Translation, TranslationWriter
from meetings.models.users import Membership, User
